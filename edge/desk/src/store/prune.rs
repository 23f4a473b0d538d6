//! Rows that only grow: the log of events, and how long waits took. What is older than what is kept
//! of conversations is deleted, some at a time, so that nobody waits for it.

use protocol::Millis;

use crate::{
    state::wait_model::{HANDLED, Kind, OUTCOMES},
    store::sql::{Sql, as_integer, number},
};

/// Rows of each that are deleted at once.
const AT_ONCE: u64 = 5_000;

/// Deletes some rows from before that time. What was erased stays known, for older copies that are
/// put back; and so does what estimates of waits are made from.
pub(crate) fn prune<S: Sql>(sql: &mut S, before: Millis) -> Result<(), S::Error> {
    // Rows are in the order of their times. What stays of the old ones is passed over the next
    // time.
    let pruned = "SELECT value FROM meta WHERE key = 'log_pruned'";
    let from =
        sql.query(pruned, &[])?.first().and_then(|row| as_integer(row.first())).unwrap_or_default();
    let old = "SELECT MAX(n) FROM (SELECT n, at FROM event WHERE n > ?1 ORDER BY n LIMIT ?2) \
               WHERE at < ?3";
    let to = sql.query(old, &[number(from), number(AT_ONCE), number(before)])?;
    if let Some(to) = to.first().and_then(|row| as_integer(row.first())) {
        sql.execute(
            "DELETE FROM event WHERE n > ?1 AND n <= ?2 AND at < ?3 AND kind <> 'erased'",
            &[number(from), number(to), number(before)],
        )?;
        let keep = "INSERT INTO meta (key, value) VALUES ('log_pruned', ?1) ON CONFLICT (key) DO \
                    UPDATE SET value = excluded.value";
        sql.execute(keep, &[number(to)])?;
    }
    for (kind, latest) in [("handled", HANDLED), ("ended", OUTCOMES)]
        .into_iter()
        .chain(Kind::ALL.map(|kind| (kind.name(), OUTCOMES)))
    {
        let delete = format!(
            "DELETE FROM pace WHERE n IN (SELECT n FROM pace WHERE kind = '{kind}' AND at < ?1 \
             AND n < (SELECT n FROM pace WHERE kind = '{kind}' ORDER BY n DESC LIMIT 1 OFFSET \
             {latest}) ORDER BY n LIMIT ?2)"
        );
        sql.execute(&delete, &[number(before), number(AT_ONCE)])?;
    }
    Ok(())
}
