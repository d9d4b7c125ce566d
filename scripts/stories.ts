// npm run stories: the stories with the browser of a checkout, which the published program lacks.
import { chromium } from "playwright-core";
import { tellStories } from "../src/app/stories.ts";

try {
  process.exitCode = await tellStories(process.argv.slice(2), (options) => chromium.launch(options));
} catch (error) {
  process.stderr.write(`stories: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
