//! The published limits of expressions that the embedded engine does not know.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters>
//!
//! The engine itself enforces those of keys, items, transactions and batches, and an expression's 4 KB.

use serde_json::Value;

use super::call::Call;

/// A limit that the service has for an expression.
struct Limit {
    most: usize,
    /// What it limits, as the refusal says it.
    what: &'static str,
    /// How much of it an action's expression has.
    count: fn(&Expression<'_>) -> usize,
}

const LIMITS: [Limit; 3] = [
    Limit {
        most: 300,
        what: "The expression contains too many operators and functions",
        count: |expression| expression.operators(),
    },
    Limit {
        most: 100,
        what: "The IN operator is provided with too many operands",
        count: |expression| expression.most_operands(),
    },
    Limit {
        most: 255,
        what: "A name or a value of the expression has a placeholder that is too long",
        count: |expression| expression.longest_placeholder(),
    },
];

/// The operators that count as one each, besides `=` and `BETWEEN`.
const OPERATORS: [&str; 11] = [
    "AND", "OR", "NOT", "IN", "<>", "<=", ">=", "<", ">", "+", "-",
];

/// An expression as a list of its words.
struct Expression<'a> {
    /// Whether it is an update, where `=` assigns.
    assigns: bool,
    words: Vec<&'a str>,
}

/// What the service would say of a call that is over one of the limits.
pub(super) fn broken(call: &Call) -> Option<String> {
    let expressions = call.actions().into_iter().flat_map(expressions);
    expressions.into_iter().find_map(|(name, expression)| {
        let over = LIMITS.iter().find_map(|limit| {
            let count = (limit.count)(&expression);
            (count > limit.most).then(|| format!("{}; count: {count}", limit.what))
        });
        over.map(|over| format!("Invalid {name}: {over}"))
    })
}

fn expressions(action: &Value) -> Vec<(&str, Expression<'_>)> {
    let members = action.as_object().into_iter().flatten();
    let texts = members.filter(|(name, _)| name.ends_with("Expression"));
    texts
        .filter_map(|(name, text)| Some((name.as_str(), Expression::of(name, text.as_str()?))))
        .collect()
}

impl<'a> Expression<'a> {
    fn of(name: &str, text: &'a str) -> Self {
        Self {
            assigns: name == "UpdateExpression",
            words: words(text),
        }
    }

    /// Operators and functions, as the service counts them: `BETWEEN … AND …` is one, and so is `IN (…)`.
    fn operators(&self) -> usize {
        let mut count = 0;
        let mut between = false;
        for (index, word) in self.words.iter().enumerate() {
            let called = self.words.get(index + 1) == Some(&"(");
            let is = |name: &str| word.eq_ignore_ascii_case(name);
            let counts = if is("AND") && between {
                between = false;
                false
            } else if is("=") {
                !self.assigns
            } else if is("BETWEEN") {
                between = true;
                true
            } else {
                let is_function = called && is_name(word);
                OPERATORS.into_iter().any(is) || is_function
            };
            count += usize::from(counts);
        }
        count
    }

    /// The number of operands of the longest list behind an `IN`.
    fn most_operands(&self) -> usize {
        let places = self.words.iter().enumerate();
        let lists = places.filter(|(_, word)| word.eq_ignore_ascii_case("IN"));
        let operands = |(index, _): (usize, &&str)| {
            let list = self.words.iter().skip(index + 1);
            let list = list.take_while(|word| **word != ")");
            list.filter(|word| is_name(word)).count()
        };
        lists.map(operands).max().unwrap_or_default()
    }

    /// The length in bytes of the longest `#name` or `:value`.
    fn longest_placeholder(&self) -> usize {
        let placeholders = self.words.iter();
        let placeholders = placeholders.filter(|word| word.starts_with(['#', ':']));
        placeholders
            .map(|word| word.len())
            .max()
            .unwrap_or_default()
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphanumeric() || "_#:".contains(c))
}

/// Names and placeholders, comparisons of two signs, and single signs.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let length = match rest.find(|c: char| !(c.is_alphanumeric() || "_#:.".contains(c))) {
            Some(0) if ["<>", "<=", ">="].iter().any(|two| rest.starts_with(two)) => 2,
            Some(0) => rest.chars().next().map_or(1, char::len_utf8),
            Some(end) => end,
            None => rest.len(),
        };
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_and_functions_are_counted_as_the_service_does() {
        for (name, text, count) in [
            // The documentation's own example.
            ("UpdateExpression", "SET a = :val1 + :val2 + :val3", 2),
            (
                "UpdateExpression",
                "SET a = if_not_exists(a, :v) ADD b :w",
                1,
            ),
            (
                "ConditionExpression",
                "NOT contains(busy, :c1) AND NOT contains(busy, :c2)",
                5,
            ),
            ("ConditionExpression", "a BETWEEN :x AND :y AND b = :z", 3),
            (
                "ConditionExpression",
                "size(a) <= :n OR attribute_exists (b)",
                4,
            ),
            ("FilterExpression", "a IN (:x, :y, :z)", 1),
            ("ProjectionExpression", "a, #b.c[0]", 0),
        ] {
            assert_eq!(Expression::of(name, text).operators(), count, "{text}");
        }
    }
}
