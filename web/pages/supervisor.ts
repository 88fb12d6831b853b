import { dressPage } from "../shared/page";
import { Supervisor } from "../supervisor/supervisor";

dressPage();
customElements.define("holdfast-supervisor", Supervisor);
