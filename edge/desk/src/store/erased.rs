//! What was erased stays erased in older copies.

use protocol::{ConversationId, Millis};

use crate::{
    log::kind::EventKind,
    state::row::Row,
    store::{
        record::Record,
        save::save,
        sql::{Sql, StoreError, as_integer, as_text, text},
        tables::prepare,
    },
};

/// The conversations that were erased.
pub fn erased<S: Sql>(sql: &mut S) -> Result<Vec<ConversationId>, S::Error> {
    let rows = sql.query("SELECT DISTINCT conversation FROM event WHERE kind = 'erased'", &[])?;
    Ok(rows
        .iter()
        .filter_map(|row| as_text(row.first()))
        .map(|id| ConversationId(id.to_owned()))
        .collect())
}

/// Erases what an older copy still has of these conversations, and logs it there; gives how many it
/// had.
pub fn erase_again<S: Sql>(
    sql: &mut S,
    now: Millis,
    erased: &[ConversationId],
) -> Result<usize, StoreError<S::Error>> {
    prepare(sql)?;
    let mut had = 0;
    for id in erased {
        let found = sql
            .query("SELECT n FROM package WHERE conversation = ?1", &[text(&id.0)])
            .map_err(StoreError::Sql)?;
        let mut keep = |record| save(sql, &record).map_err(StoreError::Sql);
        if let Some(row) = found.first().and_then(|row| as_integer(row.first())).map(Row) {
            had += 1;
            keep(Record::Erase { conversation: id.clone(), row })?;
        }
        keep(Record::Event {
            at: now,
            conversation: Some(id.clone()),
            agent: None,
            kind: EventKind::Erased,
        })?;
    }
    Ok(had)
}
