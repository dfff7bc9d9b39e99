/** What every page needs: the style sheet, and the few things that native elements do not do by themselves. */
import "./css/main.css";

import { startToasts } from "@lms/tell";

import { startForms } from "./shell/forms";
import { startHtmx } from "./shell/htmx";
import { startOverlays } from "./shell/overlays";
import { startTabs } from "./shell/tabs";
import { startTheme } from "./shell/theme";

startTheme();
startOverlays();
startTabs();
startForms();
startToasts();
startHtmx();
