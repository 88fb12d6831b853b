import { Phone } from "../phone/phone";
import { Phones } from "../phone/phones";
import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";

dressPage();
speakAsWanted();
customElements.define("holdfast-phone", Phone);
customElements.define("holdfast-phones", Phones);
