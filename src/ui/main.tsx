import "./styles/all.css";
import "./prefs/preferences.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeQueryClient } from "./client/queries.ts";
import { router } from "./router.ts";
import { Gate } from "./shell/gate.tsx";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no #app");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <Gate>
        <RouterProvider router={router} />
      </Gate>
    </QueryClientProvider>
  </StrictMode>,
);
// A hundred slices of Han letters: after the page stands, so that foreign names cost the first view nothing.
void import("@fontsource/noto-sans-sc/400.css");
