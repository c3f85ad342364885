using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Services.Storage.Migrations
{
    /// <summary>
    /// An entry about an instance is found under the key that it is because of. Of earlier entries that is known where an operation on
    /// the key is behind them.
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
        }
    }
}
