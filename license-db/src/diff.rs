//! The shortest way from one sequence of words to another (E. W. Myers, *An O(ND) Difference Algorithm and Its
//! Variations*, Algorithmica 1, 1986).

/// A place where two sequences differ: words of the first that are missing, words of the second that were added.
/// Either may be empty, not both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Words of the first sequence.
    pub missing: std::ops::Range<usize>,
    /// Words of the second.
    pub added: std::ops::Range<usize>,
}

/// The differences of `first` and `second`, in order; `None` where there are more than `most` of them (words added
/// and missing together), which bounds time by `most` times the length and memory by the square of `most`.
pub fn hunks<T: PartialEq>(first: &[T], second: &[T], most: usize) -> Option<Vec<Hunk>> {
    let head = first.iter().zip(second).take_while(|(a, b)| a == b).count();
    let (first_rest, second_rest) = (first.get(head..)?, second.get(head..)?);
    let tail = first_rest.iter().rev().zip(second_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let first_core = first_rest.get(..first_rest.len() - tail)?;
    let second_core = second_rest.get(..second_rest.len() - tail)?;
    let steps = trace(first_core, second_core, most)?;
    Some(walk_back(first_core.len(), second_core.len(), &steps, head))
}

/// The furthest reaching points of each number of edits: `steps[d]` holds, for diagonal `k = -d, -d+2, … d`, the
/// position in `first`.
fn trace<T: PartialEq>(first: &[T], second: &[T], most: usize) -> Option<Vec<Vec<usize>>> {
    let mut steps: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=most.min(first.len() + second.len()) {
        let mut reach = Vec::with_capacity(edits + 1);
        for step in 0..=edits {
            // Diagonal k = 2 * step - edits; x counts in `first`, y = x - k in `second`.
            let mut x = match steps.last() {
                None => 0,
                Some(previous) => furthest(previous, step, edits),
            };
            let mut y = (x + edits).checked_sub(2 * step).unwrap_or(usize::MAX);
            if x > first.len() || y > second.len() {
                reach.push(x);
                continue;
            }
            while let (Some(a), Some(b)) = (first.get(x), second.get(y)) {
                if a != b {
                    break;
                }
                x += 1;
                y += 1;
            }
            reach.push(x);
            if x == first.len() && y == second.len() {
                steps.push(reach);
                return Some(steps);
            }
        }
        steps.push(reach);
    }
    None
}

/// Where diagonal number `step` of `edits` is entered from the round before.
fn furthest(previous: &[usize], step: usize, edits: usize) -> usize {
    let down = previous.get(step).copied(); // from k + 1: a word of `second` is added, x stays
    let right = step.checked_sub(1).and_then(|below| previous.get(below)).copied(); // from k - 1: a word is missing
    match (down, right) {
        (Some(down), Some(right)) if step < edits && (step == 0 || right < down) => down,
        (_, Some(right)) => right + 1,
        (Some(down), None) => down,
        (None, None) => 0,
    }
}

fn walk_back(mut x: usize, mut y: usize, steps: &[Vec<usize>], head: usize) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for edits in (1..steps.len()).rev() {
        // The diagonal of (x, y) in this round, as a step number.
        let step = (x + edits - y) / 2;
        let Some(previous) = steps.get(edits - 1) else { break };
        let entered = furthest(previous, step, edits);
        let down = previous.get(step).copied();
        let is_down = down == Some(entered)
            && step < edits
            && (step == 0
                || step.checked_sub(1).and_then(|below| previous.get(below)).is_none_or(|&right| right < entered));
        // Entry point of the diagonal, then one edit back.
        let (entry_x, entry_y) = (entered, entered + edits - 2 * step);
        let (before_x, before_y) =
            if is_down { (entry_x, entry_y.saturating_sub(1)) } else { (entry_x.saturating_sub(1), entry_y) };
        let (missing, added) = (head + before_x..head + entry_x, head + before_y..head + entry_y);
        match hunks.last_mut() {
            Some(hunk) if hunk.missing.start == missing.end && hunk.added.start == added.end => {
                hunk.missing.start = missing.start;
                hunk.added.start = added.start;
            }
            _ => hunks.push(Hunk { missing, added }),
        }
        (x, y) = (before_x, before_y);
    }
    hunks.reverse();
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(first: &[u8], second: &[u8], hunks: &[Hunk]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0;
        for hunk in hunks {
            out.extend_from_slice(&first[at..hunk.missing.start]);
            out.extend_from_slice(&second[hunk.added.clone()]);
            at = hunk.missing.end;
        }
        out.extend_from_slice(&first[at..]);
        out
    }

    #[test]
    fn equal_sequences_have_no_hunks() {
        assert_eq!(hunks(b"abc", b"abc", 0), Some(vec![]));
        assert_eq!(hunks::<u8>(b"", b"", 0), Some(vec![]));
    }

    #[test]
    fn an_inserted_word_is_one_hunk() {
        assert_eq!(hunks(b"abcd", b"abXcd", 9), Some(vec![Hunk { missing: 2..2, added: 2..3 }]));
        assert_eq!(hunks(b"abXcd", b"abcd", 9), Some(vec![Hunk { missing: 2..3, added: 2..2 }]));
        assert_eq!(hunks(b"abXcd", b"abYcd", 9), Some(vec![Hunk { missing: 2..3, added: 2..3 }]));
    }

    #[test]
    fn too_many_differences_are_given_up() {
        assert_eq!(hunks(b"abcdef", b"uvwxyz", 5), None);
    }

    #[test]
    fn the_hunks_always_lead_from_one_to_the_other_and_are_as_short_as_can_be() {
        // All pairs over a small alphabet, against the textbook recurrence.
        let mut sequences: Vec<Vec<u8>> = vec![vec![]];
        for length in 1..=5 {
            for number in 0..3_usize.pow(length) {
                let digit = |place: u32| u8::try_from(number / 3_usize.pow(place) % 3).expect("small");
                sequences.push((0..length).map(digit).collect());
            }
        }
        for first in sequences.iter().step_by(3) {
            for second in &sequences {
                let found = hunks(first, second, 20).expect("20 is enough");
                assert_eq!(&apply(first, second, &found), second);
                let edits: usize = found.iter().map(|hunk| hunk.missing.len() + hunk.added.len()).sum();
                assert_eq!(edits, distance(first, second), "{first:?} {second:?}");
            }
        }
    }

    fn distance(first: &[u8], second: &[u8]) -> usize {
        let mut row: Vec<usize> = (0..=second.len()).collect();
        for (i, a) in first.iter().enumerate() {
            let mut corner = row[0];
            row[0] = i + 1;
            for (j, b) in second.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = if a == b { corner } else { 1 + above.min(row[j]) };
                corner = above;
            }
        }
        row[second.len()]
    }
}
