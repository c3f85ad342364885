using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Provisioning.Storage.Migrations
{
    /// <summary>
    /// Fences are kept by the canonical identifier of the version, so that they hold when the vault is reached on another port.
    /// </summary>
    [DbContext(typeof(DpsDbContext))]
    [Migration("20261129043000_CanonicalFences")]
    internal sealed class CanonicalFences : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            // The host begins at 9, behind https://. A fence of the same version under two ports becomes one.
            """
            UPDATE OR REPLACE Fences SET Version =
              substr(Version, 1, 7 + instr(substr(Version, 9), ':')) || substr(Version, 8 + instr(substr(Version, 9), '/'))
            WHERE Version LIKE 'https://%localhost:%/keys/%'
            """);
    }
}
