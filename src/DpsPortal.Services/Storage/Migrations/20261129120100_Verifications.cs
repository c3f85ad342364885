using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Services.Storage.Migrations
{
    /// <summary>Readings of every record are kept, with what is needed to compare them.</summary>
    [DbContext(typeof(PortalContext))]
    [Migration("20261129120100_Verifications")]
    internal sealed class Verifications : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Verifications",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false).Annotation("Sqlite:Autoincrement", true),
                    Instance = table.Column<string>(type: "TEXT", nullable: false, collation: "NOCASE"),
                    By_ObjectId = table.Column<string>(type: "TEXT", nullable: false),
                    By_DisplayName = table.Column<string>(type: "TEXT", nullable: false),
                    By_Role = table.Column<int>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FinishedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ReadOk = table.Column<long>(type: "INTEGER", nullable: false),
                    Rejected = table.Column<long>(type: "INTEGER", nullable: false),
                    Corrupt = table.Column<long>(type: "INTEGER", nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", nullable: true),
                    Since = table.Column<long>(type: "INTEGER", nullable: false),
                    Pages = table.Column<int>(type: "INTEGER", nullable: false),
                    Comparison = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table => table.PrimaryKey("PK_Verifications", row => row.Sequence));

            migrationBuilder.CreateTable(
                name: "VerificationPages",
                columns: table => new
                {
                    Run = table.Column<long>(type: "INTEGER", nullable: false),
                    Position = table.Column<int>(type: "INTEGER", nullable: false),
                    Content = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_VerificationPages", row => new { row.Run, row.Position });
                    table.ForeignKey(
                        name: "FK_VerificationPages_Verifications_Run",
                        column: row => row.Run,
                        principalTable: "Verifications",
                        principalColumn: "Sequence",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(name: "IX_Verifications_Instance_Sequence", table: "Verifications", columns: new[] { "Instance", "Sequence" });
        }
    }
}
