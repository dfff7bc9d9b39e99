/** hls.js ships types for its full build only; the light one (no captions or second sound tracks of its own) is the same class. */
declare module "hls.js/light" {
  export { default } from "hls.js";
}
