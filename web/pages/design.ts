import { Design } from "../design/design";
import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";

dressPage();
speakAsWanted();
customElements.define("holdfast-design", Design);
