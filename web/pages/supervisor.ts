import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";
import { Supervisor } from "../supervisor/supervisor";

dressPage();
speakAsWanted();
customElements.define("holdfast-supervisor", Supervisor);
