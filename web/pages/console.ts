import { Console } from "../console/console";
import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";

dressPage();
speakAsWanted();
customElements.define("holdfast-console", Console);
