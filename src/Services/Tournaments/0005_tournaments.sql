-- What a tournament shows beside what makes its board one; see leaderboards.
CREATE TABLE tournaments (
    board       BIGINT  NOT NULL PRIMARY KEY REFERENCES leaderboards (number) ON DELETE CASCADE,
    title       TEXT    NOT NULL,
    description TEXT    NOT NULL,
    category    INTEGER NOT NULL
);
