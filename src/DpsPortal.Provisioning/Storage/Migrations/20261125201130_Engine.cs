using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    internal sealed partial class Engine : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Reserved",
                table: "Deks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // What was encrypted before counts too: no DEK has encrypted more often than its instance has written.
            migrationBuilder.Sql("UPDATE Deks SET Reserved = (SELECT Revision FROM Instances WHERE Instances.Id = Deks.InstanceId)");

            migrationBuilder.CreateTable(
                name: "Reencryptions",
                columns: table => new
                {
                    InstanceId = table.Column<long>(type: "INTEGER", nullable: false),
                    OperationId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UpTo = table.Column<int>(type: "INTEGER", nullable: false),
                    Total = table.Column<long>(type: "INTEGER", nullable: false),
                    Corrupt = table.Column<long>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FinishedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Reencryptions", x => x.InstanceId);
                    table.ForeignKey(
                        name: "FK_Reencryptions_Instances_InstanceId",
                        column: x => x.InstanceId,
                        principalTable: "Instances",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Records_InstanceId_Dek",
                table: "Records",
                columns: new[] { "InstanceId", "Dek" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Reencryptions");

            migrationBuilder.DropIndex(
                name: "IX_Records_InstanceId_Dek",
                table: "Records");

            migrationBuilder.DropColumn(
                name: "Reserved",
                table: "Deks");
        }
    }
}
