import { type RefObject, useEffect, useRef, useState } from "react";

/** Width of an element in whole px, followed while the window changes. */
export function useWidth<E extends HTMLElement>(first: number): { ref: RefObject<E | null>; width: number } {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver((entries) => {
      const now = Math.floor(entries[0]?.contentRect.width ?? first);
      if (now > 0) setWidth(now);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [first]);
  return { ref, width };
}
