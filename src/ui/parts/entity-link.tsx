import { Link } from "@tanstack/react-router";
import type { Entity } from "../client/types.ts";
import { entityName } from "../words/entities.ts";
import { Shown } from "./shown.tsx";

/** An entity by name, leading to its page: device, user, or what is known of it outside. */
export function EntityLink({ entity, max = 60 }: { entity: Entity; max?: number }) {
  const name = <Shown text={entityName(entity)} max={max} />;
  if (entity.kind === "device")
    return (
      <Link to="/devices/$id" params={{ id: entity.id }} search={{}}>
        {name}
      </Link>
    );
  if (entity.kind === "user")
    return (
      <Link to="/people/$id" params={{ id: entity.id }} search={{}}>
        {name}
      </Link>
    );
  return <ExternalLink id={entity.id} max={max} />;
}

/** An address, domain, network, tenant or outside user, leading to its summary. */
export function ExternalLink({ id, max = 80 }: { id: string; max?: number }) {
  return (
    <Link to="/external/$id" params={{ id }}>
      <Shown text={id} max={max} />
    </Link>
  );
}
