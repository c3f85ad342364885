using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Services.Storage.Migrations
{
    /// <summary>
    /// An entry about an instance is found under the key that it is because of. Of earlier entries that is known where an operation on
    /// the key is behind them, and where they or their operation name it: creations, re-keys and versions that were picked up.
    /// </summary>
    [DbContext(typeof(PortalContext))]
    [Migration("20261129080000_KeysOfActivity")]
    internal sealed class KeysOfActivity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ActivityKeys",
                columns: table => new
                {
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ActivityKeys", row => new { row.Key, row.Sequence });
                    table.ForeignKey(
                        name: "FK_ActivityKeys_Activity_Sequence",
                        column: row => row.Sequence,
                        principalTable: "Activity",
                        principalColumn: "Sequence",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(name: "IX_ActivityKeys_Sequence", table: "ActivityKeys", column: "Sequence");

            migrationBuilder.Sql("""
                INSERT INTO ActivityKeys (Key, Sequence)
                SELECT o.Subject, a.Sequence FROM Activity a JOIN Operations o ON o.Id = a.Operation
                WHERE o.Subject LIKE 'https://%' AND a.Subject <> o.Subject
                """);

            // What lies in a record is in the address as it was written: here it becomes the key's one spelling, without version. The numbers
            // are kinds of operations: a creation and a re-key. What is damaged names no key.
            migrationBuilder.Sql("""
                WITH
                  intents AS (
                    SELECT a.Sequence, a.Subject, o.Kind, CASE WHEN json_valid(o.Intent) THEN o.Intent ELSE '{}' END AS Intent
                    FROM Activity a JOIN Operations o ON o.Id = a.Operation WHERE o.Kind IN (0, 5)),
                  picked AS (
                    SELECT Sequence, Subject, CASE WHEN json_valid(Arguments) THEN Arguments ELSE '[]' END AS Arguments
                    FROM Activity WHERE Code IN ('VersionPickedUp', 'VersionPickedUpLater')),
                  named AS (
                    SELECT Sequence, Subject, json_extract(Intent, '$.Key') AS Address FROM intents WHERE Kind = 5 OR json_extract(Intent, '$.CustomerManaged') = 1
                    UNION ALL SELECT Sequence, Subject, json_extract(Intent, '$.From') FROM intents WHERE Kind = 5
                    UNION ALL SELECT Sequence, Subject, json_extract(Arguments, '$[0]') FROM picked
                    UNION ALL SELECT Sequence, Subject, json_extract(Arguments, '$[1]') FROM picked),
                  parted AS (
                    SELECT Sequence, Subject, substr(Address, 9, instr(Address, '/keys/') - 9) AS Host, substr(Address, instr(Address, '/keys/') + 6) || '/' AS Name
                    FROM named WHERE Address LIKE 'https://_%/keys/_%'),
                  keys AS (
                    SELECT Sequence, Subject,
                      'https://' || CASE WHEN Host LIKE '%localhost:%' THEN substr(Host, 1, instr(Host, ':') - 1) ELSE Host END
                        || '/keys/' || substr(Name, 1, instr(Name, '/') - 1) AS Key
                    FROM parted)
                INSERT OR IGNORE INTO ActivityKeys (Key, Sequence) SELECT lower(Key), Sequence FROM keys WHERE Key <> Subject
                """);
        }
    }
}
