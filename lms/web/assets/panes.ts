/** Pages with a list and a panel beside it. */
import { startPanes } from "@lms/panes";

startPanes();
