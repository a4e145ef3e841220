/** The contract suite. @module */ export {};
