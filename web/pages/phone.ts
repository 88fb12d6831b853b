import { Phone } from "../phone/phone";
import { dressPage } from "../shared/page";

dressPage();
customElements.define("holdfast-phone", Phone);
