import { type Kind, type Name, refusesIdentifier } from "./kind.ts";

const TREE = "\nexport const routeTree";
const END_OF_TREE = "\n]);\n";
const ROUTER = "\nexport const router";

export const page: Kind = {
  example: "report",
  refuses: refusesIdentifier,
  files: (name) => [
    { path: `src/ui/pages/${name.kebab}/${name.kebab}-page.tsx`, text: source(name) },
    { path: `src/ui/pages/${name.kebab}/${name.kebab}-page.test.tsx`, text: test(name) },
  ],
  registers: (name) => [
    {
      path: "src/ui/routes.ts",
      edit: (text) =>
        text
          .replace(TREE, `export const ${name.camel}Route = createRoute({ getParentRoute: at, path: "/${name.kebab}" });\n${TREE}`)
          .replace(END_OF_TREE, `\n  ${name.camel}Route,${END_OF_TREE}`),
    },
    {
      path: "src/ui/router.ts",
      edit: (text) =>
        `import { ${name.pascal}Page } from "./pages/${name.kebab}/${name.kebab}-page.tsx";\n${text}`.replace(
          ROUTER,
          `routes.${name.camel}Route.update({ component: ${name.pascal}Page });\n${ROUTER}`,
        ),
    },
  ],
  next: "Say what it answers in its headline; put it in the masthead if it is a place to go to, and add it to the picture tests.",
};

function source(name: Name): string {
  return `import { useQuery } from "@tanstack/react-query";
import { get } from "../../client/queries.ts";
import type { Model } from "../../client/types.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";

/** ${name.words}: what question the page answers, and for whom. */
export function ${name.pascal}Page() {
  const models = useQuery(get("models", {}));
  return (
    <main id="main" tabIndex={-1}>
      <PageHead name="${name.pascal}" kick={["${name.pascal}"]} headline="What fired in the last seven days." />
      <div className="page">
        <Answered query={models} what="${name.words}">
          {(all) => <${name.pascal}List models={all.filter((model) => model.alerts7d > 0)} of={all.length} />}
        </Answered>
      </div>
    </main>
  );
}

function ${name.pascal}List({ models, of }: { models: readonly Model[]; of: number }) {
  if (models.length === 0) return <Empty sentence="No model fired." checked={\`All \${of} models were asked.\`} />;
  return (
    <ul>
      {models.map((model) => (
        <li key={model.path}>
          <Shown text={model.path} />: {model.alerts7d}
        </li>
      ))}
    </ul>
  );
}
`;
}

function test(name: Name): string {
  return `import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { CallError } from "../../client/problem.ts";
import { get, makeQueryClient } from "../../client/queries.ts";
import type { Model } from "../../client/types.ts";
import { ${name.pascal}Page } from "./${name.kebab}-page.tsx";

const KEY = get("models", {}).queryKey;

/** The page's markup when the API has answered what \`prepare\` says. */
function pageWith(prepare: (client: QueryClient) => void): string {
  const client = makeQueryClient();
  prepare(client);
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <${name.pascal}Page />
    </QueryClientProvider>,
  );
}

function model(path: string, alerts7d: number): Model {
  return { path, alerts7d, version: 1, description: "", priority: 2, category: "Suspicious", compliance: false, mitre: [], tags: [], nextSteps: "", gaps: "", enabled: true };
}

test("says that it is loading", () => {
  expect(pageWith(() => {})).toContain('role="status"');
});

test("says what failed, and offers to try again", () => {
  const html = pageWith((client) => {
    client.setDefaultOptions({ queries: { retryOnMount: false } });
    client.getQueryCache().build(client, { queryKey: KEY }).setState({ status: "error", error: new CallError(503, { code: "busy", message: "The store is busy." }) });
  });
  expect(html).toContain('role="alert"');
  expect(html).toContain("The store is busy.");
  expect(html).toContain("Try again");
});

test("says that there is nothing, and what was asked", () => {
  expect(pageWith((client) => client.setQueryData(KEY, [model("Device / Quiet", 0)]))).toContain("All 1 models were asked.");
});

test("shows what fired, text from outside made harmless", () => {
  const html = pageWith((client) => client.setQueryData(KEY, [model("Device / Loud <b>", 3)]));
  expect(html).toMatch(/Device \\/ Loud &lt;b&gt;<\\/bdi>: 3/);
});
`;
}
