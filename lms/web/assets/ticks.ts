/** Lists of which several can be ticked. */
import { startTicks } from "@lms/ticks";

startTicks();
