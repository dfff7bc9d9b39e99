/** The report's page only needs its looks. */
import "./live.css";
