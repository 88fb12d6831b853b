import { Console } from "../console/console";
import { dressPage } from "../shared/page";

dressPage();
customElements.define("holdfast-console", Console);
