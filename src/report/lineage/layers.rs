//! Where the boxes of a layered drawing stand, in the manner of Sugiyama, Tagawa and Toda (1981): each box one column
//! right of everything that leads to it, the order in a column by medians, the heights as near to their neighbours as
//! the order allows. Integers throughout: the same graph, the same picture.

/// Pixels between two boxes of a column.
const GAP: i64 = 18;
/// Sweeps over all columns that look for fewer crossings.
const SWEEPS: usize = 12;
/// Sweeps that pull boxes towards their neighbours.
const PULLS: usize = 12;
/// Bends of long lines. Lines beyond cross what is in their way.
const MOST_BENDS: usize = 4000;

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// For each box its column.
    pub(super) column: Vec<usize>,
    /// For each box the pixel of its middle, from the top.
    pub(super) middle: Vec<i64>,
    /// For each line where it passes the columns between its ends, in their order.
    pub(super) bends: Vec<Vec<Bend>>,
    /// Pixels from the top of the highest box to the bottom of the lowest.
    pub(super) height: i64,
    /// Columns in use.
    pub(super) columns: usize,
}

/// A place at which a long line passes a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bend {
    pub(super) column: usize,
    pub(super) middle: i64,
}

/// Places boxes of these heights; `lines` lead from left to right and hold no circle. Boxes that come first stand
/// further up where nothing else decides.
pub(super) fn placed(heights: &[i64], lines: &[(usize, usize)]) -> Plan {
    let column = columns(heights.len(), lines);
    let mut grid = Grid::new(heights, &column);
    let bends = grid.bend(lines, &column);
    grid.order();
    grid.pull();
    let highest = grid.spots.iter().map(|spot| spot.middle - spot.height / 2).min().unwrap_or(0);
    for spot in &mut grid.spots {
        spot.middle -= highest;
    }
    let at = |spot: usize| grid.spots.get(spot).map_or(0, |spot| spot.middle);
    let bend = |&spot: &usize| Bend { column: grid.spots.get(spot).map_or(0, |spot| spot.column), middle: at(spot) };
    Plan {
        middle: (0..heights.len()).map(at).collect(),
        bends: bends.iter().map(|spots| spots.iter().map(bend).collect()).collect(),
        height: grid.spots.iter().map(|spot| spot.middle + spot.height / 2).max().unwrap_or(0),
        columns: grid.columns.len(),
        column,
    }
}

/// The longest way that leads to each box.
fn columns(boxes: usize, lines: &[(usize, usize)]) -> Vec<usize> {
    let mut column = vec![0; boxes];
    let mut open = vec![0_usize; boxes];
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    for &(from, to) in lines {
        if let (Some(next), Some(open)) = (next.get_mut(from), open.get_mut(to)) {
            next.push(to);
            *open += 1;
        }
    }
    let mut ready: Vec<usize> = (0..boxes).filter(|&index| open.get(index) == Some(&0)).collect();
    while let Some(from) = ready.pop() {
        let here = column.get(from).copied().unwrap_or(0);
        for &to in next.get(from).into_iter().flatten() {
            if let (Some(column), Some(open)) = (column.get_mut(to), open.get_mut(to)) {
                *column = (*column).max(here + 1);
                *open -= 1;
                if *open == 0 {
                    ready.push(to);
                }
            }
        }
    }
    column
}

/// A box, or a bend of a line.
#[derive(Clone, Debug)]
struct Spot {
    column: usize,
    height: i64,
    middle: i64,
    left: Vec<usize>,
    right: Vec<usize>,
}

/// All spots by column.
struct Grid {
    spots: Vec<Spot>,
    /// Spots of each column from top to bottom.
    columns: Vec<Vec<usize>>,
}

impl Grid {
    fn new(heights: &[i64], column: &[usize]) -> Self {
        let mut grid = Self { spots: Vec::new(), columns: Vec::new() };
        for (&height, &column) in heights.iter().zip(column) {
            grid.add(column, height);
        }
        grid
    }

    fn add(&mut self, column: usize, height: i64) -> usize {
        let index = self.spots.len();
        self.spots.push(Spot { column, height, middle: 0, left: Vec::new(), right: Vec::new() });
        while self.columns.len() <= column {
            self.columns.push(Vec::new());
        }
        if let Some(spots) = self.columns.get_mut(column) {
            spots.push(index);
        }
        index
    }

    fn join(&mut self, left: usize, right: usize) {
        if let Some(spot) = self.spots.get_mut(left) {
            spot.right.push(right);
        }
        if let Some(spot) = self.spots.get_mut(right) {
            spot.left.push(left);
        }
    }

    /// Gives lines that pass columns a spot in each, so that no box stands in their way.
    fn bend(&mut self, lines: &[(usize, usize)], column: &[usize]) -> Vec<Vec<usize>> {
        let mut bends = Vec::new();
        let mut total = 0;
        for &(from, to) in lines {
            let (Some(&first), Some(&last)) = (column.get(from), column.get(to)) else {
                bends.push(Vec::new());
                continue;
            };
            let between = first + 1..last;
            total += between.len();
            let spots: Vec<usize> =
                if total > MOST_BENDS { Vec::new() } else { between.map(|column| self.add(column, 0)).collect() };
            let mut before = from;
            for &spot in spots.iter().chain([&to]) {
                self.join(before, spot);
                before = spot;
            }
            bends.push(spots);
        }
        bends
    }

    /// Orders each column by the medians of its neighbours, to and fro, and keeps what crosses least.
    fn order(&mut self) {
        let mut best = (self.crossings(), self.columns.clone());
        for sweep in 0..SWEEPS {
            if best.0 == 0 {
                break;
            }
            let is_rightward = sweep % 2 == 0;
            let count = self.columns.len();
            for step in 1..count {
                self.sort_column(if is_rightward { step } else { count - 1 - step }, is_rightward);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
    }

    fn sort_column(&mut self, column: usize, by_left: bool) {
        let position = self.positions();
        let Some(spots) = self.columns.get(column) else { return };
        let key = |&spot: &usize| {
            let own = position.get(spot).copied().unwrap_or(0) * 2;
            let found = self.spots.get(spot);
            let neighbours = found.map(|spot| if by_left { &spot.left } else { &spot.right });
            let mut places: Vec<usize> =
                neighbours.into_iter().flatten().filter_map(|&spot| position.get(spot).copied()).collect();
            places.sort_unstable();
            let upper = places.get(places.len() / 2);
            let lower = places.get(places.len().saturating_sub(1) / 2);
            lower.zip(upper).map_or(own, |(lower, upper)| lower + upper)
        };
        let mut sorted = spots.clone();
        sorted.sort_by_cached_key(key);
        if let Some(spots) = self.columns.get_mut(column) {
            *spots = sorted;
        }
    }

    /// For each spot its place in its column.
    fn positions(&self) -> Vec<usize> {
        let mut position = vec![0; self.spots.len()];
        for column in &self.columns {
            for (place, &spot) in column.iter().enumerate() {
                if let Some(position) = position.get_mut(spot) {
                    *position = place;
                }
            }
        }
        position
    }

    /// Pairs of lines between neighbouring columns that cross.
    fn crossings(&self) -> usize {
        let position = self.positions();
        let mut crossings = 0;
        for column in &self.columns {
            let mut ends: Vec<usize> = Vec::new();
            for spot in column.iter().filter_map(|&spot| self.spots.get(spot)) {
                let mut own: Vec<usize> = spot.right.iter().filter_map(|&spot| position.get(spot).copied()).collect();
                own.sort_unstable();
                ends.extend(own);
            }
            crossings += inversions(&mut ends);
        }
        crossings
    }

    /// Moves spots towards their neighbours without changing the order or letting two overlap.
    fn pull(&mut self) {
        for column in 0..self.columns.len() {
            self.settle(column, |_, _| None);
        }
        for pull in 0..PULLS {
            let is_rightward = pull % 2 == 0;
            let count = self.columns.len();
            for step in 0..count {
                let column = if is_rightward { step } else { count - 1 - step };
                let is_last = pull + 1 >= PULLS;
                self.settle(column, |grid, spot| grid.wished(spot, is_rightward || is_last, !is_rightward || is_last));
            }
        }
    }

    /// The mean of the neighbours on these sides.
    fn wished(&self, spot: &Spot, by_left: bool, by_right: bool) -> Option<i64> {
        let left = spot.left.iter().filter(|_| by_left);
        let neighbours = left.chain(spot.right.iter().filter(|_| by_right));
        let middles: Vec<i64> = neighbours.filter_map(|&other| Some(self.spots.get(other)?.middle)).collect();
        let count = i64::try_from(middles.len()).ok().filter(|&count| count > 0)?;
        Some(middles.iter().sum::<i64>().div_euclid(count))
    }

    /// Puts the spots of a column where they wish to be, as nearly as their order and heights allow: neighbours whose
    /// wishes collide move as one block to the mean of them (pool adjacent violators, which is the least sum of
    /// squares).
    fn settle(&mut self, column: usize, wish: impl Fn(&Self, &Spot) -> Option<i64>) {
        struct Block {
            sum: i64,
            weight: i64,
            count: usize,
        }
        let spots = self.columns.get(column).cloned().unwrap_or_default();
        let mut blocks: Vec<Block> = Vec::new();
        let mut offsets = Vec::new();
        let mut offset = 0;
        let mut above = 0;
        for (place, spot) in spots.iter().filter_map(|&spot| self.spots.get(spot)).enumerate() {
            let half = spot.height / 2;
            if place > 0 {
                offset += above + GAP + half;
            }
            above = half;
            offsets.push(offset);
            // A bend that is straight is worth more than a box in the middle.
            let weight = if spot.height == 0 { 4 } else { 1 };
            let wished = wish(self, spot).unwrap_or(spot.middle);
            blocks.push(Block { sum: (wished - offset) * weight, weight, count: 1 });
            while let [.., before, last] = blocks.as_mut_slice()
                && before.sum.div_euclid(before.weight) >= last.sum.div_euclid(last.weight)
            {
                before.sum += last.sum;
                before.weight += last.weight;
                before.count += last.count;
                blocks.pop();
            }
        }
        let starts =
            blocks.iter().flat_map(|block| std::iter::repeat_n(block.sum.div_euclid(block.weight), block.count));
        let middles: Vec<i64> = starts.zip(&offsets).map(|(start, offset)| start + offset).collect();
        for (spot, middle) in spots.into_iter().zip(middles) {
            if let Some(spot) = self.spots.get_mut(spot) {
                spot.middle = middle;
            }
        }
    }
}

/// Pairs that stand in the wrong order; sorts on the way.
fn inversions(items: &mut [usize]) -> usize {
    let half = items.len() / 2;
    if half == 0 {
        return 0;
    }
    let (left, right) = items.split_at_mut(half);
    let mut count = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut first, mut second) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(&&a), Some(&&b)) = (first.peek(), second.peek()) {
        if a <= b {
            merged.push(a);
            first.next();
        } else {
            count += first.len();
            merged.push(b);
            second.next();
        }
    }
    merged.extend(first);
    merged.extend(second);
    items.copy_from_slice(&merged);
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_box_stands_right_of_everything_that_leads_to_it() {
        let plan = placed(&[60; 4], &[(0, 1), (1, 2), (0, 2), (0, 3)]);
        assert_eq!(plan.column, [0, 1, 2, 1]);
        assert_eq!(plan.bends[2].iter().map(|bend| bend.column).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_line_of_boxes_is_straight() {
        let plan = placed(&[60, 60, 60], &[(0, 1), (1, 2)]);
        assert_eq!((plan.middle, plan.height), (vec![30, 30, 30], 60));
    }

    #[test]
    fn what_crosses_without_need_is_put_in_order() {
        let plan = placed(&[60; 4], &[(0, 3), (1, 2)]);
        assert!((plan.middle[0] < plan.middle[1]) == (plan.middle[3] < plan.middle[2]), "{plan:?}");
        assert_eq!(inversions(&mut [3, 1, 2, 0]), 5);
    }

    #[test]
    fn nothing_is_a_plan_too() {
        assert_eq!(placed(&[], &[]), Plan::default());
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_every_line_leads_right(
            heights in proptest::collection::vec(10_i64..60, 1..40),
            pairs in proptest::collection::vec((0_usize..40, 0_usize..40), 0..80),
        ) {
            let heights: Vec<i64> = heights.iter().map(|height| height * 2).collect();
            let lines: Vec<(usize, usize)> = pairs
                .into_iter()
                .map(|(a, b)| (a.min(b), a.max(b)))
                .filter(|&(a, b)| a < b && b < heights.len())
                .collect();
            let plan = placed(&heights, &lines);
            prop_assert_eq!(&plan, &placed(&heights, &lines));
            let mut spots: Vec<(usize, i64, i64)> = (0..heights.len())
                .map(|index| (plan.column[index], plan.middle[index], heights[index]))
                .collect();
            spots.extend(plan.bends.iter().flatten().map(|bend| (bend.column, bend.middle, 0)));
            spots.sort_unstable();
            for pair in spots.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                prop_assert!(pair[1].1 - pair[0].1 >= pair[0].2 / 2 + pair[1].2 / 2 + GAP, "{:?}", pair);
            }
            for (&(from, to), bends) in lines.iter().zip(&plan.bends) {
                prop_assert!(plan.column[from] < plan.column[to]);
                prop_assert_eq!(bends.len(), plan.column[to] - plan.column[from] - 1);
            }
            prop_assert!(plan.middle.iter().zip(&heights).all(|(middle, height)| *middle >= height / 2));
        }
    }
}
