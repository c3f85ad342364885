using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.KeyVault.Storage.Migrations
{
    /// <inheritdoc />
    internal sealed partial class WholeContract : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "Deleted",
                table: "Vaults",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "NetworkAcls",
                table: "Vaults",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ScheduledPurge",
                table: "Vaults",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Sku",
                table: "Vaults",
                type: "TEXT",
                nullable: false,
                defaultValue: "standard");

            migrationBuilder.AddColumn<long>(
                name: "Removed",
                table: "RoleAssignments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AlterColumn<byte[]>(
                name: "Modulus",
                table: "KeyVersions",
                type: "BLOB",
                nullable: true,
                oldClrType: typeof(byte[]),
                oldType: "BLOB");

            migrationBuilder.AlterColumn<byte[]>(
                name: "Exponent",
                table: "KeyVersions",
                type: "BLOB",
                nullable: true,
                oldClrType: typeof(byte[]),
                oldType: "BLOB");

            migrationBuilder.AddColumn<string>(
                name: "Curve",
                table: "KeyVersions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "ExpiredPublished",
                table: "KeyVersions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "NearExpiryPublished",
                table: "KeyVersions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Size",
                table: "KeyVersions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.Sql("UPDATE KeyVersions SET Size = 8 * length(Modulus)");

            migrationBuilder.AddColumn<byte[]>(
                name: "X",
                table: "KeyVersions",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Y",
                table: "KeyVersions",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Deleted",
                table: "Keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ScheduledPurge",
                table: "Keys",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClientInfo",
                table: "AuditEvents",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "OperationVersion",
                table: "AuditEvents",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ResourceId",
                table: "AuditEvents",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "Applications",
                columns: table => new
                {
                    ClientId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ObjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    SecretHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Created = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Applications", x => x.ClientId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Applications_ObjectId",
                table: "Applications",
                column: "ObjectId",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Applications");

            migrationBuilder.DropColumn(
                name: "Deleted",
                table: "Vaults");

            migrationBuilder.DropColumn(
                name: "NetworkAcls",
                table: "Vaults");

            migrationBuilder.DropColumn(
                name: "ScheduledPurge",
                table: "Vaults");

            migrationBuilder.DropColumn(
                name: "Sku",
                table: "Vaults");

            migrationBuilder.DropColumn(
                name: "Removed",
                table: "RoleAssignments");

            migrationBuilder.DropColumn(
                name: "Curve",
                table: "KeyVersions");

            migrationBuilder.DropColumn(
                name: "ExpiredPublished",
                table: "KeyVersions");

            migrationBuilder.DropColumn(
                name: "NearExpiryPublished",
                table: "KeyVersions");

            migrationBuilder.DropColumn(
                name: "Size",
                table: "KeyVersions");

            migrationBuilder.DropColumn(
                name: "X",
                table: "KeyVersions");

            migrationBuilder.DropColumn(
                name: "Y",
                table: "KeyVersions");

            migrationBuilder.DropColumn(
                name: "Deleted",
                table: "Keys");

            migrationBuilder.DropColumn(
                name: "ScheduledPurge",
                table: "Keys");

            migrationBuilder.DropColumn(
                name: "ClientInfo",
                table: "AuditEvents");

            migrationBuilder.DropColumn(
                name: "OperationVersion",
                table: "AuditEvents");

            migrationBuilder.DropColumn(
                name: "ResourceId",
                table: "AuditEvents");

            migrationBuilder.AlterColumn<byte[]>(
                name: "Modulus",
                table: "KeyVersions",
                type: "BLOB",
                nullable: false,
                defaultValue: new byte[0],
                oldClrType: typeof(byte[]),
                oldType: "BLOB",
                oldNullable: true);

            migrationBuilder.AlterColumn<byte[]>(
                name: "Exponent",
                table: "KeyVersions",
                type: "BLOB",
                nullable: false,
                defaultValue: new byte[0],
                oldClrType: typeof(byte[]),
                oldType: "BLOB",
                oldNullable: true);
        }
    }
}
