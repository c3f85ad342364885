using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.KeyVault.Storage.Migrations
{
    /// <inheritdoc />
    internal sealed partial class VaultTags : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Tags",
                table: "Vaults",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Tags",
                table: "Vaults");
        }
    }
}
