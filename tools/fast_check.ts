/**
 * fast-check for the tests of this repository: every run draws the same cases, so a failure here is a failure
 * everywhere.
 *
 * @module
 */
import fc from "npm-fast-check";

fc.configureGlobal({ seed: 24 });

export default fc;
