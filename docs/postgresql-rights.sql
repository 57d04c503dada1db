-- In the ward's database as immunosep_owner, after the tables were made and again after every update of the program.
-- It can be run as often as wanted.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, immunosep;
GRANT USAGE ON SCHEMA public TO immunosep;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO immunosep;
GRANT INSERT ON ledger, course, dose, board, sign_in TO immunosep;
GRANT UPDATE (seq, hash, recorded) ON head TO immunosep;
GRANT UPDATE (closed) ON course TO immunosep;
GRANT UPDATE (voided) ON dose TO immunosep;
GRANT UPDATE ON board, sign_in TO immunosep;
