import { cleanBook, cleanLaw, cleanMarkdown, cleanProposal, cleanTextbook } from "./clean_texts.ts";

/** Where texts come from: a public repository at a commit. */
export interface TextSource {
  /** Owner and name on github.com; its last part is the folder of the clone. */
  readonly repository: string;
  /** Commit, so that the texts are the same ones everywhere. */
  readonly commit: string;
  /** Folder in it. */
  readonly folder: string;
  /** How the names of its texts end. */
  readonly extension: string;
  /** The text of a file without what is not prose; empty where the file is none of it. */
  readonly clean: (text: string) => string;
  /** Texts are taken until there are so many characters. */
  readonly most: number;
}

/** The corpus of the rows at 125 M parameters: old and modern English, all of it free to use. */
export const textSources: readonly TextSource[] = [
  {
    repository: "rcdm-uga/Gutenberg_Text", // books out of copyright
    commit: "a0b16d35a9851168ce9ac649851c17b7ab08d48e",
    folder: ".",
    extension: ".txt",
    clean: cleanBook,
    most: 360e6,
  },
  {
    repository: "publicdocs/uscode", // laws of the United States, which nobody owns
    commit: "2622a7a31555848f5d4859b8dafabfdc98416816",
    folder: "assets/md/titles",
    extension: ".md",
    clean: cleanLaw,
    most: 90e6,
  },
  {
    repository: "MicrosoftDocs/windows-powershell-docs", // manuals, CC BY 4.0
    commit: "f113d6bda7df4bf60fb213c320c12678b40ae571",
    folder: "docset",
    extension: ".md",
    clean: cleanMarkdown,
    most: 30e6,
  },
  {
    repository: "python/peps", // proposals for a programming language, in the public domain
    commit: "ba4deeb7969588d937da609008d05bb83a47b1ab",
    folder: "peps",
    extension: ".rst",
    clean: cleanProposal,
    most: 30e6,
  },
  {
    repository: "openstax/osbooks-us-history", // a textbook, CC BY 4.0
    commit: "c05b860a035ff59a2ca1fd44339ef86694e09b57",
    folder: "modules",
    extension: ".cnxml",
    clean: cleanTextbook,
    most: 10e6,
  },
  {
    repository: "openstax/osbooks-psychology", // a textbook, CC BY 4.0
    commit: "de7e40c91813dabdc2875df9d0709fc4f46080bb",
    folder: "modules",
    extension: ".cnxml",
    clean: cleanTextbook,
    most: 10e6,
  },
];

/** The SHA-256 of the texts that the rows at 125 M were made on: of all files, one after the other. */
export const textsDigest = "123810314b47ecade535ad8f2e36827c47bcec5d521efaba11e70e73e51d05f0";
