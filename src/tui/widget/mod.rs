//! Drawn pieces.

mod column;
mod page;

pub(super) use column::{Column, Piece, Tone, View};
pub(super) use page::{
    Page, Status, area_of_column, draw, draw_too_small, draw_with_nearest, hint_at, target_at, too_small,
};
