import { Phone } from "../phone/phone";
import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";

dressPage();
speakAsWanted();
customElements.define("holdfast-phone", Phone);
