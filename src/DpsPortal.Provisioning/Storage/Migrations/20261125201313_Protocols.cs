using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DpsPortal.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    internal sealed partial class Protocols : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "LinkedHubs",
                columns: table => new
                {
                    InstanceId = table.Column<long>(type: "INTEGER", nullable: false),
                    HostName = table.Column<string>(type: "TEXT", nullable: false, collation: "NOCASE"),
                    Location = table.Column<string>(type: "TEXT", nullable: false),
                    AllocationWeight = table.Column<int>(type: "INTEGER", nullable: false),
                    ApplyAllocationPolicy = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LinkedHubs", x => new { x.InstanceId, x.HostName });
                    table.ForeignKey(
                        name: "FK_LinkedHubs_Instances_InstanceId",
                        column: x => x.InstanceId,
                        principalTable: "Instances",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Operations",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Instance = table.Column<string>(type: "TEXT", nullable: false, collation: "NOCASE"),
                    Category = table.Column<int>(type: "INTEGER", nullable: false),
                    Protocol = table.Column<int>(type: "INTEGER", nullable: false),
                    Operation = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: true),
                    RecordId = table.Column<string>(type: "TEXT", nullable: false),
                    StatusCode = table.Column<int>(type: "INTEGER", nullable: false),
                    ErrorCode = table.Column<int>(type: "INTEGER", nullable: true),
                    Description = table.Column<string>(type: "TEXT", nullable: true),
                    Access = table.Column<int>(type: "INTEGER", nullable: true),
                    Cause = table.Column<int>(type: "INTEGER", nullable: true),
                    VaultErrorCode = table.Column<string>(type: "TEXT", nullable: true),
                    KeyVersion = table.Column<string>(type: "TEXT", nullable: true),
                    CallerId = table.Column<string>(type: "TEXT", nullable: false),
                    CallerName = table.Column<string>(type: "TEXT", nullable: false),
                    Latency = table.Column<long>(type: "INTEGER", nullable: false),
                    TrackingId = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Operations", x => x.Sequence);
                });

            migrationBuilder.CreateTable(
                name: "SharedAccessPolicies",
                columns: table => new
                {
                    InstanceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false, collation: "NOCASE"),
                    Rights = table.Column<int>(type: "INTEGER", nullable: false),
                    SealedKeys = table.Column<byte[]>(type: "BLOB", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SharedAccessPolicies", x => new { x.InstanceId, x.Name });
                    table.ForeignKey(
                        name: "FK_SharedAccessPolicies_Instances_InstanceId",
                        column: x => x.InstanceId,
                        principalTable: "Instances",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Operations_Instance_Sequence",
                table: "Operations",
                columns: new[] { "Instance", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "Rejections",
                table: "Operations",
                column: "Sequence",
                filter: "Access IS NOT NULL");

            // Rejections become entries of the one operations log: service operations (1), by the in-process contract (1).
            migrationBuilder.Sql(
                """
                INSERT INTO Operations (Sequence, At, Instance, Category, Protocol, Operation, Kind, RecordId, StatusCode, ErrorCode,
                    Access, Cause, VaultErrorCode, KeyVersion, CallerId, CallerName, Latency)
                SELECT Sequence, At, Instance, 1, 1, Operation, Kind, RecordId, StatusCode, ErrorCode,
                    Access, Cause, VaultErrorCode, KeyVersion, CallerId, CallerName, Latency FROM RejectedReads
                """);

            migrationBuilder.DropTable(
                name: "RejectedReads");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "LinkedHubs");

            migrationBuilder.DropTable(
                name: "Operations");

            migrationBuilder.DropTable(
                name: "SharedAccessPolicies");

            migrationBuilder.CreateTable(
                name: "RejectedReads",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    Access = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    CallerId = table.Column<string>(type: "TEXT", nullable: false),
                    CallerName = table.Column<string>(type: "TEXT", nullable: false),
                    Cause = table.Column<int>(type: "INTEGER", nullable: false),
                    ErrorCode = table.Column<int>(type: "INTEGER", nullable: false),
                    Instance = table.Column<string>(type: "TEXT", nullable: false, collation: "NOCASE"),
                    KeyVersion = table.Column<string>(type: "TEXT", nullable: true),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Latency = table.Column<long>(type: "INTEGER", nullable: false),
                    Operation = table.Column<string>(type: "TEXT", nullable: false),
                    RecordId = table.Column<string>(type: "TEXT", nullable: false),
                    StatusCode = table.Column<int>(type: "INTEGER", nullable: false),
                    VaultErrorCode = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RejectedReads", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_RejectedReads_Instance_Sequence",
                table: "RejectedReads",
                columns: new[] { "Instance", "Sequence" });
        }
    }
}
