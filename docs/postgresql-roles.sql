-- Once, as the server's superuser: two roles and the ward's database.
-- immunosep_owner makes and updates the tables; workstations sign in as immunosep, which can add to the ledger
-- and neither change nor delete anything in it.

CREATE ROLE immunosep_owner LOGIN;
CREATE ROLE immunosep LOGIN;
CREATE DATABASE immunosep OWNER immunosep_owner ENCODING 'UTF8' TEMPLATE template0;

-- Nobody else connects, and nobody makes temporary tables that a guard could take for those of the ledger.
REVOKE ALL ON DATABASE immunosep FROM PUBLIC;
GRANT CONNECT ON DATABASE immunosep TO immunosep;
