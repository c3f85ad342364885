using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Schema and control plane. Records themselves go through the prepared statements beside it, which are several times faster.</summary>
internal sealed class DpsDbContext(DbContextOptions<DpsDbContext> options) : DbContext(options)
{
    public DbSet<InstanceRow> Instances => Set<InstanceRow>();

    public DbSet<WrappedKeyRow> WrappedKeys => Set<WrappedKeyRow>();

    public DbSet<FenceRow> Fences => Set<FenceRow>();

    public DbSet<OperationRow> Operations => Set<OperationRow>();

    public DbSet<LogRow> Log => Set<LogRow>();

    public DbSet<MetaRow> Meta => Set<MetaRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<InstanceRow>(Instance);
        modelBuilder.Entity<WrappedKeyRow>(WrappedKey);
        modelBuilder.Entity<DekRow>(dek =>
        {
            dek.ToTable("Deks");
            dek.HasKey(row => new { row.InstanceId, row.Number });
            dek.HasOne<InstanceRow>().WithMany().HasForeignKey(row => row.InstanceId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<RecordRow>(record =>
        {
            record.ToTable("Records");
            record.HasKey(row => new { row.InstanceId, row.Kind, row.Id });
            record.HasIndex(row => new { row.InstanceId, row.Kind, row.GroupId, row.Id }).HasFilter("GroupId IS NOT NULL");
            // What is not as most are, for lists that show only these; the usual write does not touch it.
            record.HasIndex(row => new { row.InstanceId, row.Kind, row.Status, row.Id }, "UnusualStatus").HasFilter("Status NOT IN ('assigned', 'enabled')");
            // Which records a DEK still has: for writing them anew, and before it is removed.
            record.HasIndex(row => new { row.InstanceId, row.Dek });
            record.HasOne<InstanceRow>().WithMany().HasForeignKey(row => row.InstanceId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<DeletionRow>(deletion =>
        {
            deletion.ToTable("Deletions");
            deletion.HasKey(row => new { row.InstanceId, row.Kind, row.Id });
            deletion.HasOne<InstanceRow>().WithMany().HasForeignKey(row => row.InstanceId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<ReencryptionRow>(reencryption =>
        {
            reencryption.ToTable("Reencryptions");
            reencryption.HasKey(row => row.InstanceId);
            reencryption.Property(row => row.InstanceId).ValueGeneratedNever();
            reencryption.HasOne<InstanceRow>().WithMany().HasForeignKey(row => row.InstanceId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<FenceRow>().ToTable("Fences").HasKey(row => row.Version);
        modelBuilder.Entity<OperationRow>(operation =>
        {
            operation.ToTable("Operations");
            operation.HasKey(row => row.Sequence);
            operation.Property(row => row.Sequence).ValueGeneratedNever();
            operation.Property(row => row.Instance).UseCollation("NOCASE");
            operation.HasIndex(row => new { row.Instance, row.Sequence });
            operation.HasIndex(row => row.Sequence, "Rejections").HasFilter("Access IS NOT NULL");
        });
        modelBuilder.Entity<PolicyRow>(policy =>
        {
            policy.ToTable("SharedAccessPolicies");
            policy.HasKey(row => new { row.InstanceId, row.Name });
            policy.Property(row => row.Name).UseCollation("NOCASE");
            policy.HasOne<InstanceRow>().WithMany(row => row.Policies).HasForeignKey(row => row.InstanceId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<LinkedHubRow>(hub =>
        {
            hub.ToTable("LinkedHubs");
            hub.HasKey(row => new { row.InstanceId, row.HostName });
            hub.Property(row => row.HostName).UseCollation("NOCASE");
            hub.HasOne<InstanceRow>().WithMany().HasForeignKey(row => row.InstanceId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<LogRow>().ToTable("Log").HasKey(row => row.Sequence);
        modelBuilder.Entity<MetaRow>().ToTable("Meta").HasKey(row => row.Name);
    }

    private static void Instance(EntityTypeBuilder<InstanceRow> instance)
    {
        instance.ToTable("Instances");
        instance.HasKey(row => row.Id);
        instance.Property(row => row.Name).UseCollation("NOCASE");
        instance.HasIndex(row => row.Name).IsUnique();
        instance.HasIndex(row => row.IdScope).IsUnique();
        instance.HasIndex(row => row.OperationId).IsUnique();
        instance.HasMany(row => row.WrappedKeys).WithOne().HasForeignKey(row => row.InstanceId).OnDelete(DeleteBehavior.Restrict);
    }

    private static void WrappedKey(EntityTypeBuilder<WrappedKeyRow> wrapped)
    {
        wrapped.ToTable("WrappedKeys");
        wrapped.HasKey(row => row.Id);
        wrapped.HasIndex(row => new { row.InstanceId, row.WrappedBy }).IsUnique();
        wrapped.HasIndex(row => row.WrappedBy);
        // Contract.WrappedKeyUse.Current is 0: at most one current form for each instance.
        wrapped.HasIndex(row => row.InstanceId, "OneCurrentForm").IsUnique().HasFilter("\"Use\" = 0");
    }
}
