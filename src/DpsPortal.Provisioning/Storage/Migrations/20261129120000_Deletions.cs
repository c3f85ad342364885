using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Provisioning.Storage.Migrations
{
    /// <summary>Deletions of records are kept, and records of an unusual status are found without reading the others.</summary>
    [DbContext(typeof(DpsDbContext))]
    [Migration("20261129120000_Deletions")]
    internal sealed class Deletions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Deletions",
                columns: table => new
                {
                    InstanceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Deletions", row => new { row.InstanceId, row.Kind, row.Id });
                    table.ForeignKey(
                        name: "FK_Deletions_Instances_InstanceId",
                        column: row => row.InstanceId,
                        principalTable: "Instances",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "UnusualStatus",
                table: "Records",
                columns: new[] { "InstanceId", "Kind", "Status", "Id" },
                filter: "Status NOT IN ('assigned', 'enabled')");
        }
    }
}
