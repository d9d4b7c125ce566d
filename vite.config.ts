import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The font packages name each slice as woff2 and as woff. Every browser that knows light-dark() reads woff2; the others would only fatten the package. */
function woff2Only(): Plugin {
  return {
    name: "woff2-only",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("fontsource") || !id.endsWith(".css")) return undefined;
      return { code: code.replaceAll(/,\s*url\([^)]+\.woff\)\s*format\(['"]woff['"]\)/g, ""), map: null };
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL("src/ui", import.meta.url)),
  plugins: [woff2Only(), react()],
  build: {
    outDir: fileURLToPath(new URL("dist/ui", import.meta.url)),
    emptyOutDir: true,
    target: "es2024",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The content policy allows neither inline scripts nor data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 800,
    sourcemap: false,
  },
});
