-- A throw of a die: 0 .. n-1 from a row number and a salt; the same for the same seed. {seed} is an integer.
CREATE OR REPLACE FUNCTION pg_temp.dice(i bigint, salt int, n bigint) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT ((hashint8extended(i * 1000 + salt, {seed}) & 9223372036854775807) % n)::int
$$;
-- When the step with a place in the order of a life happened on a day: from 09:00 on, five minutes apart.
CREATE OR REPLACE FUNCTION pg_temp.moment(day date, place int) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT (day + time '09:00' + place * interval '5 minutes') AT TIME ZONE 'Asia/Shanghai'
$$;
-- 2021年6月3日, as in the text of agreements.
CREATE OR REPLACE FUNCTION pg_temp.chinese_date(day date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT to_char(day, 'FMYYYY"年"FMMM"月"FMDD"日"')
$$;
CREATE OR REPLACE FUNCTION pg_temp.sha256(content text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(content, 'UTF8')), 'hex')
$$;
SET LOCAL jit = off;
SET LOCAL enable_nestloop = off;  -- sizes of temporary results are guessed too low, and loops over them never end
SET LOCAL work_mem = '256MB';
