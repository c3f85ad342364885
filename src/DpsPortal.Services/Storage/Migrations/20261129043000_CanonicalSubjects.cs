using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Services.Storage.Migrations
{
    /// <summary>
    /// History is kept by the canonical identifier of a key, so that it is found when the vault is reached on another port.
    /// </summary>
    [DbContext(typeof(PortalContext))]
    [Migration("20261129043000_CanonicalSubjects")]
    internal sealed class CanonicalSubjects : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(WithoutPort("Activity", "Subject", ""));
            migrationBuilder.Sql(WithoutPort("Operations", "Subject", ""));
            migrationBuilder.Sql(WithoutPort("Operations", "Holds", "key:"));
        }

        /// <param name="prefix">What stands before <c>https://</c>, behind which the host begins.</param>
        private static string WithoutPort(string table, string column, string prefix)
        {
            var host = $"substr({column}, {prefix.Length + 9})";
            return $"""
                UPDATE {table} SET {column} =
                  substr({column}, 1, {prefix.Length + 7} + instr({host}, ':')) || substr({column}, {prefix.Length + 8} + instr({host}, '/'))
                WHERE {column} LIKE '{prefix}https://%localhost:%/keys/%'
                """;
        }
    }
}
