//! Every number that decides, with its reason. The evaluation sweeps them; change one here and nowhere else.

/// Bytes around a stem of licence language that are read: about sixty-four words.
pub(super) const WINDOW: usize = 600;
/// Bytes of a file that is read as a whole without a search for stems.
pub(super) const SMALL: usize = 2048;
/// Words between two seeds that still belong to one region. A paragraph of a licence that was rewritten as a whole is
/// about this long; a longer stretch without a single seed is somebody else's text.
pub(super) const REGION_GAP: usize = 80;
/// Seeds that make a region: fewer come about by chance in ordinary prose.
pub(super) const REGION_SEEDS: usize = 2;
/// Words over which votes are counted at once. Longer than nearly every licence, so that one licence is one vote.
pub(super) const VOTING_WINDOW: usize = 8192;
/// Part of a reference's seed weight that must be there before it is aligned, in thousandths.
pub(super) const CANDIDATE_FLOOR: u64 = 250;
/// References that are aligned for a region, by votes.
pub(super) const CANDIDATES: usize = 12;
/// References of one licence among them.
pub(super) const ALIKE: usize = 4;
/// Ranks among which the licensor's own text is looked for.
pub(super) const RANKS: usize = 200;
/// Short references that are aligned beside them because nearly all of their seeds are there.
pub(super) const SHORT_CANDIDATES: usize = 6;
/// Part of a short reference's seed weight that must be there for that, in thousandths.
pub(super) const CONTAINED: u64 = 900;
/// The same part where the text ends or begins and a reference may stand cut off.
pub(super) const CUT_FLOOR: u64 = 100;
/// References that are aligned beside the others there, by votes alone.
pub(super) const CUT_CANDIDATES: usize = 16;
/// Fewest words of a reference that stand there before the rest of it may be missing.
pub(super) const CUT_WORDS: usize = 8;
/// Part of a reference, as one in so many, that must stand there for that.
pub(super) const CUT_SHARE: usize = 5;
/// Words that may stand between the cut and the end of the text.
pub(super) const CUT_MARGIN: usize = 6;
/// Matches that are looked for in one text: bounds the time for hostile input.
pub(super) const MATCHES: usize = 400;
/// Words around a region in which the ends of a reference may stand: an end without a seed is shorter.
pub(super) const MARGIN: usize = 24;
/// An insertion of more words than this may be a licence of its own.
pub(super) const INSERTION: usize = 24;

/// Words of an anchor of the alignment.
pub(super) const ANCHOR: usize = 4;
/// Places of one anchor in a text that are followed: more are boilerplate.
pub(super) const ANCHOR_PLACES: usize = 32;
/// Diagonal runs that are chained: bounds time and memory.
pub(super) const RUNS: usize = 3000;
/// Runs before a run that are tried as its predecessor.
pub(super) const CHAIN_REACH: usize = 120;
/// Best chains that a run may go on from, however far back they end.
pub(super) const LEADERS: usize = 24;
/// Differences that are followed inside one gap of the alignment.
pub(super) const GAP_DIFFERENCES: usize = 96;

/// Coverage from which a text with benign differences only is that text, in thousandths.
pub(super) const CLEAN: u32 = 980;
/// Coverage from which a changed text is still called after its original.
pub(super) const MODIFIED: u32 = 800;
/// Coverage from which a part of a text is called a part.
pub(super) const FRAGMENT: u32 = 500;
/// Coverage of a notice that is not word for word.
pub(super) const NOTICE: u32 = 850;
/// A notice shorter than this must be there word for word: a loose match of a dozen words is chance.
pub(super) const SHORT_NOTICE: usize = 30;
/// A text shorter than this must be there nearly as a whole.
pub(super) const SHORT_TEXT: usize = 45;
/// Words of a text without a name from which it counts as licence language of its own.
pub(super) const NAMELESS: usize = 30;
/// Words missing at one end from which a text is a part of its reference and not a changed one.
pub(super) const CUT: usize = 16;

/// Words of a holder's or project's name that may fill a template variable.
pub(super) const VARIABLE: usize = 40;
/// Words of a title that may be missing at the head of a text.
pub(super) const TITLE: usize = 24;
/// Words that a copyright statement inside a match may add.
pub(super) const COPYRIGHT: usize = 40;
/// Words that a copyright line may go on with on the next line.
pub(super) const COPYRIGHT_REST: usize = 16;
/// Words at the head of a reference in which a date is that of the version, not of a term.
pub(super) const HEAD: usize = 120;
/// Words of a heading that may be added on a line of its own.
pub(super) const HEADING: usize = 3;

/// Words of a name that must stand on one line.
pub(super) const SHORT_NAME: usize = 3;
/// Words between a licence and an exception that belong together.
pub(super) const EXCEPTION_REACH: usize = 60;
/// Names in a row from which they are a list of licences, not a statement of any: tables of identifiers in tools.
pub(super) const LIST: usize = 15;
/// Words of a name in such a list; longer ones are sentences.
pub(super) const LISTED_NAME: usize = 12;
/// Words between two names of such a list.
pub(super) const LIST_GAP: usize = 30;

/// Words in lower case that a name or a copyright line may have beside the usual ones (`libfoo`, `the jdoe group`).
pub(super) const STRANGERS: usize = 3;
/// Words in lower case that may follow each other in a name: more are a sentence.
pub(super) const STRANGERS_IN_A_ROW: usize = 2;
/// Words of a sentence that says where something comes from; a longer one says more.
pub(super) const PROVENANCE: usize = 24;
/// Words from which a sentence in a licence file must be explained, whatever it says.
pub(super) const LONG_SENTENCE: usize = 5;
/// Words of a line that may be a title.
pub(super) const TITLE_LINE: usize = 10;
/// A cut behind fewer words ends no sentence.
pub(super) const SHORT_SENTENCE: usize = 4;
/// Words between two unexplained sentences that are reported as one stretch.
pub(super) const JOINED_RESIDUE: usize = 40;
/// Words around a licence in a program or a notice in which a limit may belong to it.
pub(super) const NEAR: usize = 120;
