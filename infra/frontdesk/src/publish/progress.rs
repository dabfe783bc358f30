//! How far publishing is, as a bar on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that grows with what is written. Where standard error is no terminal, nothing is shown.
///
/// It is called with how many items of how many are written.
pub fn bar() -> impl Fn(usize, usize) + Sync {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len} items") {
        bar.set_style(style);
    }
    move |written, of| {
        bar.set_length(of as u64);
        bar.set_position(written as u64);
        if written == of {
            bar.finish_and_clear();
        }
    }
}
