/** A guest's side of the stage: asked first, shown what will be seen, and free to go at any moment. */
import { toast } from "@lms/tell";

import type { Room } from "../room/room";
import { reasonOf } from "../shared/media";
import { filled, part } from "../shared/page";
import type { StageData } from "./host";
import { PeerLink } from "./link";

export function startGuest(room: Room, box: HTMLDialogElement, player: HTMLVideoElement, data: StageData): void {
  const { words } = data;
  const title = part<HTMLElement>(box, "[data-stage-title]");
  const says = part<HTMLElement>(box, "[data-stage-says]");
  const preview = part<HTMLVideoElement>(box, "video");
  const yes = part<HTMLButtonElement>(box, "[data-stage-yes]");
  const no = part<HTMLButtonElement>(box, "[data-stage-no]");
  const bar = part<HTMLElement>(document, "[data-stage-bar]");
  const heard = part<HTMLAudioElement>(bar, "audio");
  let own: MediaStream | null = null;
  let invitation = "";
  let seat = "";
  let link: PeerLink | null = null;

  const stop = () => {
    own?.getTracks().forEach((track) => track.stop());
    own = null;
    preview.srcObject = null;
    heard.srcObject = null;
  };
  const off = (said: string) => {
    if (link) toast(words[said] ?? "");
    link?.close();
    link = null;
    if (seat) player.muted = false;
    seat = "";
    bar.hidden = true;
    stop();
  };
  const answer = (comes: boolean) => {
    if (invitation) room.tell("stage.accept", { invitation, comes });
    invitation = "";
    if (!comes) stop();
    box.close();
  };

  /** Shows them what will be seen; rejects where camera or microphone cannot be had. */
  const look = async () => {
    const size = { width: { ideal: 640 }, height: { ideal: 360 } };
    own = await navigator.mediaDevices.getUserMedia({ video: size, audio: { echoCancellation: true } });
    preview.srcObject = own;
    yes.disabled = false;
  };

  room.hear("stage.invited", (message) => {
    if (link) return;
    invitation = String(message["invitation"]);
    title.textContent = filled(words["asked"] ?? "", { name: String(message["name"]) });
    says.textContent = words["check"] ?? "";
    yes.disabled = true;
    if (!box.open) box.showModal();
    look().catch((error: unknown) => {
      says.textContent = filled(words["noDevices"] ?? "", { reason: reasonOf(error, words) });
    });
  });
  yes.addEventListener("click", () => answer(true));
  no.addEventListener("click", () => answer(false));
  box.addEventListener("cancel", () => answer(false));

  room.hear("stage.seat", (message) => {
    if (!own) return;
    seat = String(message["seat"]);
    link = new PeerLink(room, seat, true, message["ice"] as RTCIceServer[]);
    link.onStream = (stream) => {
      heard.srcObject = stream;
      void heard.play();
    };
    link.onLost = () => off("lostLine");
    // The lesson's own sound is seconds late, and has one's own voice in it.
    player.muted = true;
    bar.hidden = false;
    link.open(own).catch(() => off("lostLine"));
  });
  room.hear("stage.signal", (message) => message["seat"] === seat && link?.take(message));
  room.hear("stage.over", (message) => message["seat"] === seat && off("over"));
  part<HTMLButtonElement>(bar, "[data-stage-leave]").addEventListener("click", () => {
    room.tell("stage.leave", { seat });
    off("left");
  });
  window.addEventListener("pagehide", () => seat && room.tell("stage.leave", { seat }));
}
