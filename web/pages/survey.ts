import { dressPage } from "../shared/page";
import { Survey } from "./survey-element";

dressPage();
customElements.define("holdfast-survey", Survey);
