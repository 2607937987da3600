//! `bench`: a table of figures. Nothing is asserted here; only ratios travel from one machine to another.

use crate::{fault::Outcome, tools, weight};

pub(crate) fn run(_parts: &[&str]) -> Outcome {
    crate::dist::build(&tools::ready()?)?;
    weight::print(&weight::of_the_built_page()?);
    Ok(())
}
