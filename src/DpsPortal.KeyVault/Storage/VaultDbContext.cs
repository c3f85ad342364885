using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Storage;

/// <summary>vault.db. Names compare without case, as Key Vault's do.</summary>
internal sealed class VaultDbContext(DbContextOptions<VaultDbContext> options) : DbContext(options)
{
    private const string IgnoreCase = "NOCASE";

    public DbSet<VaultRow> Vaults => Set<VaultRow>();
    public DbSet<KeyRow> Keys => Set<KeyRow>();
    public DbSet<KeyVersionRow> KeyVersions => Set<KeyVersionRow>();
    public DbSet<RoleAssignmentRow> RoleAssignments => Set<RoleAssignmentRow>();
    public DbSet<ManagedIdentityRow> ManagedIdentities => Set<ManagedIdentityRow>();
    public DbSet<ApplicationRow> Applications => Set<ApplicationRow>();
    public DbSet<AuditEventRow> AuditEvents => Set<AuditEventRow>();
    public DbSet<SealedCheckRow> SealedChecks => Set<SealedCheckRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<VaultRow>(vault =>
        {
            vault.HasKey(row => row.Name);
            vault.Property(row => row.Name).UseCollation(IgnoreCase);
        });
        modelBuilder.Entity<KeyRow>(key =>
        {
            key.Property(row => row.Vault).UseCollation(IgnoreCase);
            key.Property(row => row.Name).UseCollation(IgnoreCase);
            key.HasIndex(row => new { row.Vault, row.Name }).IsUnique();
            key.HasOne<VaultRow>().WithMany().HasForeignKey(row => row.Vault).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<KeyVersionRow>(version =>
        {
            version.HasKey(row => row.Sequence);
            version.HasIndex(row => new { row.KeyId, row.Version }).IsUnique();
            version.HasOne<KeyRow>().WithMany().HasForeignKey(row => row.KeyId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<RoleAssignmentRow>().HasKey(row => row.Name);
        modelBuilder.Entity<ManagedIdentityRow>(identity =>
        {
            identity.HasKey(row => row.ClientId);
            identity.Property(row => row.ResourceGroup).UseCollation(IgnoreCase);
            identity.Property(row => row.Name).UseCollation(IgnoreCase);
            identity.HasIndex(row => new { row.ResourceGroup, row.Name }).IsUnique();
            identity.HasIndex(row => row.PrincipalId).IsUnique();
        });
        modelBuilder.Entity<ApplicationRow>(application =>
        {
            application.HasKey(row => row.ClientId);
            application.HasIndex(row => row.ObjectId).IsUnique();
        });
        modelBuilder.Entity<AuditEventRow>().HasKey(row => row.Sequence);
        modelBuilder.Entity<SealedCheckRow>().Property(row => row.Id).ValueGeneratedNever();
    }
}
