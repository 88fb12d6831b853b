import { dressPage } from "../shared/page";
import { Home } from "./home";

dressPage();
customElements.define("holdfast-home", Home);
