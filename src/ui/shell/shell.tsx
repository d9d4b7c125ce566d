import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { get } from "../client/queries.ts";
import { streamState } from "../live/stream.ts";
import { useRefetchOn } from "../live/use-held.ts";
import { Time } from "../parts/time.tsx";
import { dataNow } from "../prefs/data-now.ts";
import { useKeys } from "../prefs/keys.ts";
import { prefer, preferences } from "../prefs/preferences.ts";
import { useStore } from "../prefs/store.ts";
import { Help } from "./help.tsx";
import { Masthead } from "./masthead.tsx";
import { StepUpDialog } from "./step-up-dialog.tsx";

/** What stands round every page: masthead, what is synthetic, whether the stream stands, keys that act everywhere. */
export function Shell(): ReactNode {
  const [help, setHelp] = useState(false);
  const navigate = useNavigate();
  const router = useRouter();
  const overview = useQuery(get("overview", {}));
  useRefetchOn(["overview"], (message) => message.type === "changed" || message.type === "source" || message.type === "alert");
  useKeys({
    "?": () => setHelp(true),
    "/": () => void navigate({ to: "/search" }),
    g: () => prefer({ theme: preferences().theme === "dark" ? "light" : "dark" }),
    esc: () => router.history.back(),
  });
  const newest = overview.data?.eventTime ?? overview.data?.now;
  useEffect(() => {
    if (newest !== undefined) dataNow.set(newest);
  }, [newest]);
  // A new page starts at its headline, for eyes and for readers of the screen alike.
  useEffect(
    () =>
      router.subscribe("onResolved", (event) => {
        if (event.pathChanged) document.querySelector("main")?.focus();
      }),
    [router],
  );
  return (
    <>
      <a className="skip" href="#main">
        To the page
      </a>
      <Masthead onHelp={() => setHelp(true)} />
      {overview.data?.synthetic === true ? (
        <p className="synthetic">
          <b>Synthetic.</b> The organisation, its devices and everything that happens here are invented to show Wonted at work. Nothing of it is real.
        </p>
      ) : null}
      <StreamLost />
      <Outlet />
      {help ? <Help onClose={() => setHelp(false)} /> : null}
      <StepUpDialog />
    </>
  );
}

function StreamLost() {
  const stream = useStore(streamState);
  if (stream.state !== "lost") return null;
  return (
    <p className="lost" role="status">
      <b>Live updates have stopped.</b> What stands here is from <Time iso={new Date(stream.since).toISOString()} zone />; it is tried again every few seconds.
    </p>
  );
}
