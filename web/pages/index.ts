import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";
import { Home } from "./home";

dressPage();
speakAsWanted();
customElements.define("holdfast-home", Home);
