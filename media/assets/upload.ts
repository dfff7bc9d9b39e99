/** The admin's pages of videos: uploads in pieces that go on after a lost line, true progress, and a preview. */
import "./upload/upload.css";

import { startPreview } from "./upload/preview";
import { followProgress } from "./upload/progress";
import { startUploads } from "./upload/uploads";

startUploads();
startPreview();
for (const row of document.querySelectorAll<HTMLElement>("[data-progress]")) {
  followProgress(row, row.dataset["progress"] ?? "", (made) => {
    if (made.state === "ready" || made.state === "refused") window.location.reload();
  });
}
