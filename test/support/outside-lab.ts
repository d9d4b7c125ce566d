export { OutsideLab } from "../../src/app/stories/outside-lab.ts";
