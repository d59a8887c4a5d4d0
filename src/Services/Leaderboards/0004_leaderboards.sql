CREATE TABLE leaderboards (
    number         BIGINT  NOT NULL PRIMARY KEY, -- made once and never again, also when the id is
    id             TEXT    NOT NULL UNIQUE,
    sort_order     INTEGER NOT NULL, -- 0: less is better, 1: more is better
    operator       INTEGER NOT NULL, -- 1 best, 2 set, 3 increment, 4 decrement
    best_pair      BOOLEAN NOT NULL, -- best: score and subscore together, not each by itself
    reset_schedule TEXT    NOT NULL, -- a cron expression; empty: never
    metadata       TEXT    NOT NULL,
    authoritative  BOOLEAN NOT NULL,
    enable_ranks   BOOLEAN NOT NULL,
    keep_periods   INTEGER NOT NULL, -- 0: all
    start_time     BIGINT  NOT NULL, -- seconds since 1970 UTC
    end_time       BIGINT  NOT NULL, -- 0: never
    duration       BIGINT  NOT NULL, -- seconds it takes scores after each reset; 0: always, as a board that is no tournament
    max_size       INTEGER NOT NULL, -- 0: any number
    max_num_score  INTEGER NOT NULL,
    join_required  BOOLEAN NOT NULL,
    create_time    BIGINT  NOT NULL,
    told_until     BIGINT  NOT NULL -- seconds since 1970 UTC: server code has been told of the ends and resets up to then
);

CREATE TABLE leaderboard_records (
    owner_id      UUID    NOT NULL,
    board         BIGINT  NOT NULL, -- leaderboards.number
    expiry_time   BIGINT  NOT NULL, -- when the period ends, in seconds since 1970 UTC; 0: never
    username      TEXT,
    rank_score    BIGINT  NOT NULL, -- the score, negated where more is better: the least is the best on every board
    rank_subscore BIGINT  NOT NULL,
    sequence      BIGINT  NOT NULL, -- grows when a score changes; of equal scores the earlier one is better
    num_score     INTEGER NOT NULL, -- 0: has joined and not scored yet; its scores are then above all others
    max_num_score INTEGER NOT NULL,
    metadata      TEXT    NOT NULL,
    create_time   BIGINT  NOT NULL,
    update_time   BIGINT  NOT NULL,
    PRIMARY KEY (owner_id, board, expiry_time)
);

CREATE INDEX leaderboard_records_in_order ON leaderboard_records (board, expiry_time, rank_score, rank_subscore, sequence, owner_id);

-- Participants of one period of a board that takes only so many.
CREATE TABLE leaderboard_sizes (
    board       BIGINT  NOT NULL,
    expiry_time BIGINT  NOT NULL,
    size        INTEGER NOT NULL,
    PRIMARY KEY (board, expiry_time)
);

-- Boards that were deleted and whose records still are to be.
CREATE TABLE leaderboard_leftovers (
    board BIGINT NOT NULL PRIMARY KEY
);
