using DpsPortal.Services.Verification;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Storage;

internal sealed class PortalContext(DbContextOptions<PortalContext> options) : DbContext(options)
{
    public DbSet<OperationRow> Operations => Set<OperationRow>();

    public DbSet<ActivityRow> Activity => Set<ActivityRow>();

    public DbSet<ActivityKeyRow> ActivityKeys => Set<ActivityKeyRow>();

    public DbSet<PreparedRow> Prepared => Set<PreparedRow>();

    public DbSet<VerificationRow> Verifications => Set<VerificationRow>();

    public DbSet<VerificationPageRow> VerificationPages => Set<VerificationPageRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OperationRow>(operation =>
        {
            operation.ToTable("Operations").HasKey(row => row.Sequence);
            operation.HasIndex(row => row.Id).IsUnique();

            // One operation per key at a time is the database's promise, not a check before an insert.
            operation.HasIndex(row => row.Holds).IsUnique().HasFilter("FinishedAt IS NULL");
            operation.HasIndex(row => new { row.Kind, row.Subject });
            operation.HasIndex(row => row.Restores);
            operation.OwnsOne(row => row.By);
            operation.HasMany(row => row.Steps).WithOne().HasForeignKey(step => step.OperationSequence);
        });
        modelBuilder.Entity<StepRow>().ToTable("Steps").HasKey(step => step.Id);
        modelBuilder.Entity<ActivityRow>(activity =>
        {
            activity.ToTable("Activity").HasKey(row => row.Sequence);
            activity.HasIndex(row => row.Subject);
            activity.HasIndex(row => row.Operation);
            activity.OwnsOne(row => row.By);
            activity.HasMany(row => row.Keys).WithOne().HasForeignKey(key => key.Sequence);
        });
        modelBuilder.Entity<ActivityKeyRow>().ToTable("ActivityKeys").HasKey(row => new { row.Key, row.Sequence });
        modelBuilder.Entity<PreparedRow>().ToTable("Prepared").HasKey(row => row.Sequence);
        modelBuilder.Entity<VerificationRow>(verification =>
        {
            verification.ToTable("Verifications").HasKey(row => row.Sequence);
            verification.Property(row => row.Instance).UseCollation("NOCASE");
            verification.HasIndex(row => new { row.Instance, row.Sequence });
            verification.OwnsOne(row => row.By);
        });
        modelBuilder.Entity<VerificationPageRow>(page =>
        {
            page.ToTable("VerificationPages").HasKey(row => new { row.Run, row.Position });
            page.HasOne<VerificationRow>().WithMany().HasForeignKey(row => row.Run).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
